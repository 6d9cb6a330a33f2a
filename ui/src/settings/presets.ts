// What providers say of their own relays: host, port, and what they want as the user. Never a password.
import { words } from "../words";

export interface Preset {
  readonly name: string;
  readonly kind: "smtp" | "smtp+starttls" | "smtps";
  readonly host: string;
  readonly port: number;
  /** The sign-in; nothing: the sender's address. */
  readonly user?: string;
  /** Needs no sign-in. */
  readonly open?: boolean;
  /** What it allows, by the name that the desk has for it. */
  readonly quota?: string;
}

export const presets: readonly Preset[] = [
  { name: "Gmail", kind: "smtp+starttls", host: "smtp.gmail.com", port: 587, quota: "gmail" },
  { name: "Google Workspace", kind: "smtp+starttls", host: "smtp.gmail.com", port: 587, quota: "workspace" },
  {
    name: "Google Workspace, SMTP relay",
    kind: "smtp+starttls",
    host: "smtp-relay.gmail.com",
    port: 587,
    open: true,
  },
  {
    name: "Microsoft 365",
    kind: "smtp+starttls",
    host: "smtp.office365.com",
    port: 587,
    quota: "microsoft-365",
  },
  {
    name: "Amazon SES (EU)",
    kind: "smtp+starttls",
    host: "email-smtp.eu-west-1.amazonaws.com",
    port: 587,
    user: "USER",
  },
  { name: "Brevo", kind: "smtp+starttls", host: "smtp-relay.brevo.com", port: 587 },
  { name: "Mailgun (EU)", kind: "smtp+starttls", host: "smtp.eu.mailgun.org", port: 587 },
  { name: "Postmark", kind: "smtp+starttls", host: "smtp.postmarkapp.com", port: 587, user: "TOKEN" },
  { name: "SendGrid", kind: "smtp+starttls", host: "smtp.sendgrid.net", port: 587, user: "apikey" },
  { name: words.settings.ownRelay, kind: "smtp", host: "localhost", port: 25, open: true },
];
