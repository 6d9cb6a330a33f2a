// How much a mail server takes, as it is written in the settings: `500/day`, `gmail`, or nothing.

export const UNITS = ["day", "hour", "min", "s"] as const;

export interface Limit {
  /** One of the units; otherwise the whole of what is written, as a provider's name. */
  readonly kind: string;
  readonly many: string;
}

const SHORT: Record<string, string> = { d: "day", h: "hour", minute: "min", second: "s" };

export function limitOf(quota: string): Limit {
  const [many = "", per] = quota.trim().split("/");
  if (per === undefined) return { kind: many, many: "" };
  const unit = SHORT[per.trim()] ?? per.trim();
  const known = (UNITS as readonly string[]).includes(unit);
  return known ? { kind: unit, many: many.trim() } : { kind: quota.trim(), many: "" };
}

export const quotaOf = ({ kind, many }: Limit): string =>
  (UNITS as readonly string[]).includes(kind) ? `${many}/${kind}` : kind;
