// The shapes of the catalogue: what HubSpot defines for every portal. The rows themselves are data files beside this one;
// load.ts reads and checks them. A portal adds to the catalogue, it never changes it.

/** Where a row comes from: D documented, O observed, I inferred (see the fact sheets). */
export type Confidence = 'D' | 'O' | 'I';

/** One kind of record, standard (`0-N`) or custom (`2-N`). */
export interface ObjectType {
  /** `0-1` */
  id: string;
  /** Plural path name: `contacts`. */
  name: string;
  /** `contact`, the token in association names and messages. */
  singular: string;
  /** Upper-case internal name, the token in error texts: `CONTACT`, `MEETING_EVENT`. */
  legacyName: string;
  /** Further path names that resolve to this type (the id, name, singular and legacyName always do). */
  aliases: string[];
  labels: { singular: string; plural: string };
  /** Key of this type in a record's `associations`: the name, but `line items` with a space (objects.md 4.1). */
  associationsKey: string;
  /** Any one of these lets a token read, or write, records of the type. */
  readScopes: string[];
  writeScopes: string[];
  /** The same for the type's model: properties, pipelines. Those for reading are made when the catalogue is loaded (load.ts). */
  schemaReadScopes: string[];
  schemaWriteScopes: string[];
  /** Those that one needs beside, for the values of sensitive properties; none where the type cannot have any (objects.md 2.7). */
  sensitiveScopes: Record<Sensitivity, { read: string[]; write: string[] }>;
  /** Properties that mirror the record's created and modified times. */
  createdProperty: string;
  modifiedProperty: string;
  /** Returned by reads that name no properties, sorted by name. */
  defaultProperties: string[];
  /** The first that has a value names the record. */
  displayProperties: string[];
  /** Searched by `query`. */
  searchableProperties: string[];
  /** Must have a value on create. */
  requiredProperties: string[];
  /** A required property that may take its value from another one: `{hs_timestamp: 'hs_meeting_start_time'}`. */
  requiredFallbacks?: Record<string, string>;
  /** Ids of association types, of which a new record must have one. */
  requiredAssociations?: number[];
  /** Types of which one record at most can be associated with a record of this one: the parents of a line item. */
  singleParents?: string[];
  /** A new record has the values of the record of another type that a property names, but for some (crm/product-values.ts). */
  copies?: { property: string; objectType: string; except: string[] };
  /** Property pair that places a record in a pipeline. */
  pipelineProperty?: string;
  stageProperty?: string;
  /** A record made without a stage is in the first one of its pipeline. */
  startsInFirstStage?: true;
  /** Values that every record has from birth unless written; kept here, not stored in each row. A create answers them. */
  initialValues: Record<string, string>;
  /** Beyond the changed values, the created/modified dates and hs_object_id: what an update answers. */
  updateEcho: string[];
  /** A portal may switch the type off (schema.md 7.2). */
  switchable?: true;
  /** Operations that records of the type do not have, in all versions or in some (objects.md 1.4). */
  lacks?: Lack[];
  confidence: Confidence;
}

/** What a type cannot do: operations by id, or `writes` for all that write records. */
export interface Lack {
  operations: 'writes' | string[];
  /** The versions it is true of, all when absent. */
  versions?: string[];
}

/** One option of an enumeration. */
export interface PropertyOption {
  label: string;
  value: string;
  displayOrder: number;
  hidden: boolean;
  description?: string;
}

/** Whose values only some may see (schema.md 3.9). */
export const SENSITIVITIES = ['sensitive', 'highly_sensitive'] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

export const PROPERTY_TYPE_NAMES = [
  'string', 'number', 'bool', 'date', 'datetime', 'enumeration', 'phone_number', 'object_coordinates', 'json',
] as const;
export type PropertyTypeName = (typeof PROPERTY_TYPE_NAMES)[number];

/** One property of an object type. */
export interface PropertyDefinition {
  name: string;
  label: string;
  type: PropertyTypeName;
  fieldType: string;
  groupName: string;
  description: string;
  options: PropertyOption[];
  hasUniqueValue: boolean;
  /** The API refuses to write it (READ_ONLY_VALUE). */
  readOnly: boolean;
  /** Computed by HubSpot; decides the wording of READ_ONLY_VALUE. */
  calculated: boolean;
  /** How the portal has it computed (schema.md 3.7); the catalogue's own ones are computed by the program. */
  calculationFormula?: string;
  hidden: boolean;
  /** Options live elsewhere: owners, pipelines, stages. */
  externalOptions: boolean;
  referencedObjectType?: string;
  displayOrder: number;
  hubspotDefined: boolean;
  confidence: Confidence;
}

export const ASSOCIATION_CATEGORIES = ['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED', 'WORK'] as const;
export type AssociationCategory = (typeof ASSOCIATION_CATEGORIES)[number];

/** One direction of an association type; `inverseTypeId` is the other direction (itself for symmetric ones). */
export interface AssociationType {
  category: AssociationCategory;
  typeId: number;
  fromType: string;
  toType: string;
  name: string;
  label: string | null;
  inverseTypeId: number | null;
  /** The one labelled Primary, of which a record has at most one (schema.md 1.7 rule 6). */
  primary: boolean;
  /** A record has at most one of other types too: its parent company (schema.md 1.7 rule 8 [I]). */
  onlyOne?: true;
  confidence: Confidence;
}

export interface PipelineStage {
  id: string;
  label: string;
  displayOrder: number;
  metadata: Record<string, string>;
}

export interface Pipeline {
  id: string;
  label: string;
  displayOrder: number;
  stages: PipelineStage[];
  confidence: Confidence;
}

export interface Catalogue {
  objectTypes: ObjectType[];
  /** By object type id. */
  properties: ReadonlyMap<string, readonly PropertyDefinition[]>;
  associationTypes: readonly AssociationType[];
  /** By object type id; the first is the default pipeline. */
  pipelines: ReadonlyMap<string, readonly Pipeline[]>;
  /** Labels of the property groups, by name: the same for every object type that has properties in one. */
  groupLabels: ReadonlyMap<string, string>;
  /** Every scope a token can carry, sorted. */
  scopes: readonly string[];
}
