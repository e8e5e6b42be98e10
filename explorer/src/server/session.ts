// Who is signed in, and the access token to ask with. Kept for this tab only, and gone when it is closed.
import { signal } from "@preact/signals";
import { Outdated, part, refusal, Unreachable } from "./refusals";

/** Where the API is: beside this page, whatever stands before it. */
export const base = new URL(".", location.href.split("#")[0]);

interface Grant {
  access_token: string;
  expires_in: number;
}

/** A client with its secret, who is asked for new tokens; or what an issuer granted, with how to renew it. */
export type Session =
  | { kind: "open" }
  | { kind: "client"; id: string; secret: string; token: string; expires: number }
  | { kind: "issuer"; issuer: string; token: string; expires: number; refresh?: string };

const KEPT = `twinhaus ${base.pathname}`;
const EARLY_MILLISECONDS = 30_000;

/** The session; null as long as nobody has signed in. */
export const session = signal<Session | null>(kept());

function kept(): Session | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Session | null;
    return found?.kind === "open" || typeof found?.token === "string" ? found : null;
  } catch {
    return null; // Damaged: one signs in again.
  }
}

export function begin(started: Session): void {
  sessionStorage.setItem(KEPT, JSON.stringify(started));
  session.value = started;
}

export function signOut(): void {
  sessionStorage.removeItem(KEPT);
  session.value = null;
}

/** When a token that was just granted ends, in milliseconds of this machine's clock. */
export function expiry(seconds: number): number {
  return Date.now() + seconds * 1000;
}

/** Sign in with a client's id and secret (RFC 6749 §4.4). Throws Refused, Unreachable. */
export async function signIn(id: string, secret: string): Promise<void> {
  begin(await grantToClient(id, secret));
}

async function grantToClient(id: string, secret: string): Promise<Session> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: id,
    client_secret: secret,
  });
  let answer: Response;
  try {
    // Without credentials of the browser's own, which it would ask the user for when these are refused.
    answer = await fetch(new URL("oauth2/token", base), { method: "POST", body: form, credentials: "omit" });
  } catch (error) {
    throw new Unreachable(error);
  }
  if (!answer.ok) throw await refusal(answer);
  const grant = (await answer.json()) as Grant;
  return { kind: "client", id, secret, token: grant.access_token, expires: expiry(grant.expires_in) };
}

let renewing: Promise<void> | null = null;

/** A token that is still good for a while, or null where none is needed. Signs out where there is none to be had. */
export async function token(options: { isRefused?: boolean } = {}): Promise<string | null> {
  const now = session.value;
  if (!now || now.kind === "open") return null;
  if (!options.isRefused && now.expires - EARLY_MILLISECONDS > Date.now()) return now.token;
  renewing ??= renew(now).finally(() => {
    renewing = null;
  });
  await renewing;
  const renewed = session.value as Session | null;
  return renewed && renewed.kind !== "open" ? renewed.token : null;
}

async function renew(ended: Session): Promise<void> {
  try {
    if (ended.kind === "client") return begin(await grantToClient(ended.id, ended.secret));
    if (ended.kind === "issuer" && ended.refresh) {
      const { refreshed } = await part(import("./issuers"));
      return begin(await refreshed(ended.issuer, ended.refresh));
    }
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Outdated) throw error;
  }
  signOut();
}

/** What the session may do, as its token says; everything where nobody has to sign in. */
function scopes(): ReadonlySet<string> | "all" {
  const now = session.value;
  if (!now || now.kind === "open") return "all";
  const [, payload = ""] = now.token.split(".");
  try {
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as Record<
      string,
      unknown
    >;
    const named = [claims.scope, claims.scp, claims.roles].flat().filter((one) => typeof one === "string");
    // An issuer's own names for scopes may have something before them: `api://twinhaus/twins:read`.
    return new Set(named.flatMap((one) => one.split(" ")).map((one) => one.slice(one.lastIndexOf("/") + 1)));
  } catch {
    return "all"; // A token that only the server can read: it will say what it does not let us do.
  }
}

export function may(scope: string): boolean {
  const granted = scopes();
  return granted === "all" || granted.has(scope);
}
