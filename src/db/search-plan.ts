// What is searched for, in the words of tables: conditions over references. crm/search makes a plan, search.ts a statement of it.

/** Where a value of a record is. */
export type Reference =
  | { in: 'id' | 'created' | 'updated' }
  /** A stored value; `initial` stands for one that was never written. */
  | { in: 'properties'; property: string; initial?: string }
  /** What follows from associations of one type. */
  | { in: 'associations'; toType: string; category: number; typeId: number; shows: 'count' | 'any' | 'id' | { valuesOf: string } };

/** What a value is compared as: text letter by letter, text without case, a number, an instant. */
export type Kind = 'exact' | 'folded' | 'number' | 'instant';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A word with any letters between its parts: one part is the whole word, an empty first or last one leaves that end open. */
export interface WordPattern {
  /** A regular expression for texts that have such a word, understood alike by Postgres and JavaScript. */
  expression: string;
  parts: string[];
}

/** Conditions hold only for records that have the value, but for `unknown`. */
export type Condition =
  | { test: 'known' | 'unknown'; of: Reference }
  | { test: 'compare'; of: Reference; as: Kind; by: Comparison; operand: string }
  | { test: 'in'; of: Reference; as: Kind; operands: string[]; not: boolean }
  /** Of a list `a;b`: any of the options is among the operands. */
  | { test: 'options'; of: Reference; operands: string[]; not: boolean }
  /** Has a word for every pattern. */
  | { test: 'matches'; of: Reference; as: 'exact' | 'folded'; patterns: WordPattern[]; not: boolean }
  /** Associated with one of the records; with any of the type when there are no ids. */
  | { test: 'associated'; toType: string; ids: number[] | undefined; not: boolean }
  | { test: 'ids'; ids: number[]; not: boolean };

export interface SearchPlan {
  objectType: string;
  /** Any group whose conditions all hold; no group at all: every record. */
  groups: Condition[][];
  /** Every term is part of one of the texts, case aside; terms hold no white space. */
  text: { of: Reference[]; terms: string[] };
  /** Missing values stand last. */
  sort: { of: Reference; as: Kind; descending: boolean } | undefined;
  limit: number;
  offset: number;
}
