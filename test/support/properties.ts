// Properties in tests: the body that makes one, and how it is answered (schema.md 3.2, 3.3).

import { NOW } from './spoke.ts';

/** The routes that every version has for properties. */
export const PROPERTY_ROOTS = ['/crm/v3/properties', '/crm/properties/v3', '/crm/properties/2025-09', '/crm/properties/2026-03', '/crm/properties/2026-09', '/crm/properties/2026-09-beta'];

/** The body of a text property of contacts. */
export const text = (name: string, more: object = {}) => ({ name, label: 'A label', type: 'string', fieldType: 'text', groupName: 'contactinformation', ...more });

/** The body of a choice. */
export const choice = (name: string, values: string[], more: object = {}) =>
  text(name, { type: 'enumeration', fieldType: 'select', options: values.map((value) => ({ label: value.toUpperCase(), value })), ...more });

/** A text property of the portal as it is answered. */
export const made = (name: string, more: object = {}) => ({
  updatedAt: NOW, createdAt: NOW, name, label: 'A label', type: 'string', fieldType: 'text', description: '', groupName: 'contactinformation', options: [],
  displayOrder: -1, calculated: false, externalOptions: false, archived: false, hasUniqueValue: false, hidden: false,
  modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: false }, formField: false, dataSensitivity: 'non_sensitive', ...more,
});

/** A choice as it is answered. */
export const madeChoice = (name: string, values: string[], more: object = {}) => made(name, {
  type: 'enumeration', fieldType: 'select', options: values.map((value, displayOrder) => ({ label: value.toUpperCase(), value, displayOrder, hidden: false })),
  modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyOptions: false, readOnlyValue: false }, ...more,
});
