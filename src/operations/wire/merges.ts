// Merge and GDPR delete on the wire (objects.md 1.7).

import { Type } from 'typebox';
import { Id } from './records.ts';

export const MergeBody = Type.Object({ primaryObjectId: Id, objectIdToMerge: Id });

export const GdprDeleteBody = Type.Object({ objectId: Id, idProperty: Type.Optional(Type.String()) });
