// How often may be called: HubSpot's numbers by product tier (platform.md 6.1 [D]), or numbers of one's own.

const NAMES = ['burst', 'search', 'daily', 'associations', 'associationsDaily', 'oauth'] as const;

/** What each is a limit of: crm/rate-limits.ts. */
export type RateLimits = Partial<Record<(typeof NAMES)[number], number>>;

const TIERS: Record<string, RateLimits> = {
  free: { burst: 100, search: 5, daily: 250_000, associations: 100, oauth: 110 },
  professional: { burst: 190, search: 5, daily: 625_000, associations: 150, associationsDaily: 500_000, oauth: 110 },
  enterprise: { burst: 190, search: 5, daily: 1_000_000, associations: 150, associationsDaily: 500_000, oauth: 110 },
};

/** What to write, for one line. */
export const RATE_LIMITS_HINT = `off, ${Object.keys(TIERS).join(', ')}, or numbers such as burst=100,search=5,daily=250000,associations=100,oauth=110`;

/** As they are written: `associations-daily`. */
const BY_TEXT = new Map(NAMES.map((name) => [name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`), name]));
const MOST = 1_000_000_000;

/** Reads the setting: null for `off`, undefined when it is not understood. What has no number is not limited. */
export function readRateLimits(text: string): RateLimits | null | undefined {
  if (text === 'off') return null;
  if (Object.hasOwn(TIERS, text)) return TIERS[text];
  const limits: RateLimits = {};
  for (const part of text.split(',')) {
    const [, name, number] = /^ *([a-z-]+) *= *(\d{1,10}) *$/.exec(part) ?? [];
    const key = BY_TEXT.get(name ?? '');
    if (!key || limits[key] !== undefined || Number(number) < 1 || Number(number) > MOST) return undefined;
    limits[key] = Number(number);
  }
  return limits;
}
