// Calls, emails, meetings, notes, tasks, messages, letters: previews of their texts, and what a task's status and a
// meeting's outcome say. How is our reading of the names [I], except where a source is named.

import { valueOf, type Computation } from './computation.ts';

const PREVIEW_LENGTH = 240;

/** The text without markup, on one line, and whether it had to be cut. */
const preview = (...bodies: string[]): Computation[] => [
  {
    property: 'hs_body_preview', dependsOn: bodies,
    compute(write) {
      const body = firstValue(write, bodies);
      return body === null ? null : cut(plainText(body)) || null;
    },
  },
  {
    property: 'hs_body_preview_is_truncated', dependsOn: bodies,
    compute(write) {
      const body = firstValue(write, bodies);
      return body === null ? null : String(plainText(body).length > PREVIEW_LENGTH);
    },
  },
];

function firstValue(write: Parameters<typeof valueOf>[0], names: string[]): string | null {
  for (const name of names) {
    const value = valueOf(write, name);
    if (value !== null) return value;
  }
  return null;
}

/** Never half of a surrogate pair: Postgres would refuse it. */
function cut(text: string): string {
  const head = text.slice(0, PREVIEW_LENGTH);
  return head.isWellFormed() ? head : head.slice(0, -1);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', '#39': "'" };

/** Tags out, the commonest entities in. Reads the text once: a pattern for tags takes the square of many unclosed ones. */
function plainText(html: string): string {
  let text = '';
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const close = open < 0 ? -1 : html.indexOf('>', open);
    if (close < 0) {
      text += html.slice(at);
      break;
    }
    const isTag = /[a-z/!]/i.test(html.charAt(open + 1));
    text += html.slice(at, isTag ? open : open + 1) + (isTag ? ' ' : '');
    at = isTag ? close + 1 : open + 1;
  }
  return text.replace(/&(amp|lt|gt|quot|apos|nbsp|#39);/g, (_, name: string) => ENTITIES[name]!).replace(/\s+/g, ' ').trim();
}

export const CALLS = preview('hs_call_body');
export const EMAILS = preview('hs_email_text', 'hs_email_html');
export const NOTES = preview('hs_note_body');
export const COMMUNICATIONS = preview('hs_communication_body');
export const POSTAL_MAIL = preview('hs_postal_mail_body');

const outcome = (name: string): Computation => ({
  property: `hs_outcome_${name.toLowerCase()}_count`, dependsOn: ['hs_meeting_outcome'],
  compute(write) {
    const value = valueOf(write, 'hs_meeting_outcome');
    return value === null ? null : value === name ? '1' : '0';
  },
});

export const MEETINGS: readonly Computation[] = [
  // Required, and taken from the start when it was not sent (objects.md 2.1 [D]).
  { property: 'hs_timestamp', dependsOn: [], onCreate: true, compute: (write) => valueOf(write, 'hs_timestamp') ?? valueOf(write, 'hs_meeting_start_time') },
  ...preview('hs_meeting_body'),
  ...['SCHEDULED', 'COMPLETED', 'RESCHEDULED', 'NO_SHOW', 'CANCELED'].map(outcome),
];

/** 1 for completed tasks of the types, 0 for the others. */
const completed = (property: string, types?: string[]): Computation => ({
  property, dependsOn: ['hs_task_status', 'hs_task_type'],
  compute(write) {
    const status = valueOf(write, 'hs_task_status');
    if (status === null) return null;
    return status === 'COMPLETED' && (types === undefined || types.includes(valueOf(write, 'hs_task_type') ?? '')) ? '1' : '0';
  },
});

export const TASKS: readonly Computation[] = [
  completed('hs_task_is_completed'),
  completed('hs_task_completion_count'),
  completed('hs_task_is_completed_call', ['CALL']),
  completed('hs_task_is_completed_email', ['EMAIL']),
  completed('hs_task_is_completed_linked_in', ['LINKED_IN', 'LINKED_IN_CONNECT', 'LINKED_IN_MESSAGE']),
  {
    property: 'hs_task_completion_date', dependsOn: ['hs_task_status'],
    compute: (write) => (valueOf(write, 'hs_task_status') === 'COMPLETED' ? valueOf(write, 'hs_task_completion_date') ?? write.at : null),
  },
  ...preview('hs_task_body'),
];
