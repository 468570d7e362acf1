// Records that start as a copy of another: a line item made with hs_product_id has the product's values, but for those
// that the client gives itself (objects.md 2.4 [D]). It stays as it is when the product changes.

import type { ObjectType } from '../catalogue/types.ts';
import { readRecords } from '../db/records.ts';
import { propertyProblem } from '../errors.ts';
import type { Context } from './context.ts';
import type { CreateInput, CreatePlan } from './create-records.ts';
import { recordId } from './find-records.ts';
import { readValue } from './views.ts';

/**
 * Plans creates of a type that copies, with one look-up for all of them. Copied are the properties that both types have
 * under one name and in one type, without those that the catalogue excepts. A plan whose input names no live record of the
 * other type fails [I].
 */
export async function planCopies(ctx: Context, type: ObjectType, inputs: CreateInput[], plan: (input: CreateInput) => CreatePlan): Promise<CreatePlan[]> {
  const { property, objectType } = type.copies!;
  const source = ctx.portal.objectType(objectType)!;
  const asked = inputs.map((input) => String(input.properties[property] ?? ''));
  const ids = [...new Set(asked.flatMap((id) => recordId(id) ?? []))];
  const rows = new Map((await readRecords(ctx.db, ctx.portal.placement, source.id, ids)).map((row) => [row.id, row]));
  const names = copiedNames(ctx, type, source);

  return inputs.map((input, i) => {
    const id = asked[i]!;
    if (id === '') return plan(input);
    const row = rows.get(recordId(id) ?? 0);
    if (!row) return refuse(plan(input), property, id);
    const copied = names.flatMap((name) => {
      const value = readValue(source, row, row.properties, name);
      return value === null ? [] : [[name, value] as const];
    });
    return plan({ ...input, properties: { ...Object.fromEntries(copied), ...input.properties } });
  });
}

function copiedNames(ctx: Context, type: ObjectType, source: ObjectType): string[] {
  const own = ctx.portal.properties(type.id);
  return [...ctx.portal.properties(source.id).values()].filter(({ name, type: kind }) => {
    const target = own.get(name);
    return target && target.type === kind && !target.readOnly && !target.calculated && !target.hasUniqueValue && !type.copies!.except.includes(name);
  }).map((definition) => definition.name);
}

function refuse(plan: CreatePlan, property: string, id: string): CreatePlan {
  const values = plan.failure?.values ?? [];
  // What is no number at all is told already.
  if (!values.some((fault) => fault.name === property)) plan.failure = { values: [...values, propertyProblem.invalidProduct(property, id)] };
  return plan;
}
