// A relay as `publication.toml` writes it, `smtp+starttls://user@host:587`, and as the fields of a form.

export const SECURITY = ["smtp+starttls", "smtps", "smtp"] as const;
export type Security = (typeof SECURITY)[number];

export interface RelayFields {
  readonly security: Security;
  readonly user: string;
  readonly host: string;
  readonly port: string;
}

const USUAL: Record<Security, string> = { "smtp+starttls": "587", smtps: "465", smtp: "25" };

/** The fields of a relay; nothing when it is written in a way that the form has no fields for. */
export function fieldsOf(relay: string): RelayFields | null {
  if (relay === "") return { security: "smtp+starttls", user: "", host: "", port: "587" };
  const found = /^(smtp\+starttls|smtps|smtp):\/\/(?:(.*)@)?([^@/:]+|\[[^\]]+\])(?::(\d+))?\/?$/.exec(relay);
  if (found === null) return null;
  const [, scheme, user = "", host, port] = found;
  const security = scheme as Security;
  return { security, user: decoded(user), host: host!, port: port ?? USUAL[security] };
}

/** The relay that the fields make; empty without a server. */
export function relayOf({ security, user, host, port }: RelayFields): string {
  const server = host.trim();
  if (server === "") return "";
  const who = user.trim() === "" ? "" : `${user.trim()}@`;
  return `${security}://${who}${server}:${port.trim() || USUAL[security]}`;
}

/** The fields with another security, and its usual port where the old one's stood. */
export function secured(fields: RelayFields, security: Security): RelayFields {
  const port = fields.port === USUAL[fields.security] || fields.port === "" ? USUAL[security] : fields.port;
  return { ...fields, security, port };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
