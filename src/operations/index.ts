// The registry: every operation, read by routing, OpenAPI, coverage and tests. An operation that is not here is not there.

import { accountInfoOperations } from './account-info.ts';
import { activityOperations } from './activity.ts';
import { associationDefinitionOperations } from './association-definitions.ts';
import { associationPairOperations } from './association-pairs.ts';
import { associationV3Operations } from './associations-v3.ts';
import { associationOperations } from './associations.ts';
import { dealSplitOperations } from './deal-splits.ts';
import { limitOperations } from './limits.ts';
import { appOperations, oauthOperations } from './oauth.ts';
import { objectLibraryOperations } from './object-library.ts';
import { objectOperations } from './objects.ts';
import { mergeOperations } from './merges.ts';
import type { Operation } from './operation.ts';
import { ownerOperations, userOperations } from './people.ts';
import { pipelineOperations } from './pipelines.ts';
import { propertyOperations } from './properties.ts';
import { propertyValidationOperations } from './property-validations.ts';
import { searchOperations } from './search.ts';
import { schemaOperations } from './schemas.ts';
import { subscriptionOperations } from './subscriptions.ts';

export const operations: readonly Operation[] = [
  ...objectOperations, ...searchOperations, ...mergeOperations, ...associationOperations, ...associationPairOperations, ...associationV3Operations,
  ...associationDefinitionOperations, ...propertyOperations, ...schemaOperations, ...dealSplitOperations, ...subscriptionOperations, ...objectLibraryOperations,
  ...pipelineOperations, ...ownerOperations, ...userOperations, ...propertyValidationOperations, ...limitOperations,
  ...oauthOperations, ...appOperations, ...accountInfoOperations, ...activityOperations,
];
