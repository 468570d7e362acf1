// Every error the API can answer. Code throws problem.unknownProperty(...); src/http/reply.ts is the only place that
// turns a Problem into bytes. docs/errors.md is generated from this list and a test keeps the two equal. The entries are in
// errors/*.ts. The texts are wire literals that clients match on: change one only when the fact sheets do.

import { associationsErrors } from './errors/associations.ts';
import { limitsErrors } from './errors/limits.ts';
import { modelErrors } from './errors/model.ts';
import { oauthErrors } from './errors/oauth.ts';
import { peopleErrors } from './errors/people.ts';
import { pipelinesErrors } from './errors/pipelines.ts';
import { Problem, type Entry } from './errors/problem.ts';
import { recordsErrors } from './errors/records.ts';
import { transportErrors } from './errors/transport.ts';

export { Problem, type ErrorDetail, type ProblemBody, type PropertyProblem } from './errors/problem.ts';
export type { OAuthShape } from './errors/oauth.ts';
export { propertyProblem } from './errors/values.ts';

export const catalogue = {
  ...transportErrors, ...limitsErrors, ...recordsErrors, ...modelErrors, ...associationsErrors, ...pipelinesErrors, ...peopleErrors, ...oauthErrors,
};

type Catalogue = typeof catalogue;
type Arguments<K extends keyof Catalogue> = Parameters<Catalogue[K]['make']>;

/** Makes any problem of the catalogue: `throw problem.unknownObjectTypeName('widgets')`. */
export const problem = Object.fromEntries(
  Object.entries(catalogue).map(([id, e]) => {
    const { status, make, headers } = e as Entry<unknown[]>;
    return [id, (...args: unknown[]) => new Problem(id, status, make(...args), headers?.(...args))];
  }),
) as { [K in keyof Catalogue]: (...args: Arguments<K>) => Problem };
