// A route and the arguments for it (portal-arguments.ts) as a request.

import type { Route } from '../../src/http/mount.ts';
import type { Arguments } from './portal-arguments.ts';

const DEFAULTS: Record<string, string> = { objectType: 'contacts', fromObjectType: 'contacts', toObjectType: 'companies' };

/** `GET /crm/v3/objects/contacts/1?...`; a parameter without an argument reads as no name of anything. */
export function requestOf({ operation, path }: Route, { path: params = {}, query = {} }: Arguments): string {
  const named = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? DEFAULTS[name] ?? `no ${name}`));
  return `${operation.method} ${named}?${new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]])))}`;
}
