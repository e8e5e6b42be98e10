// Signing in at another issuer: OpenID Connect by authorization code with PKCE (RFC 7636), loaded only when needed.
import * as oauth from "oauth4webapi";
import { base, begin, expiry, type Session } from "./session";
import type { ServerSettings } from "./types";

type Issuer = ServerSettings["issuers"][number];

const BEGUN = `twinhaus sign-in ${base.pathname}`;
const REDIRECT = base.href;

interface Begun {
  issuer: Issuer;
  verifier: string;
  state: string;
  nonce: string;
  place: string;
}

function insecurely(url: URL): { [oauth.allowInsecureRequests]?: boolean } {
  // Only this very machine is asked without TLS, as the server does it (docs/how-to/issuers.md).
  const isHere = url.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return isHere ? { [oauth.allowInsecureRequests]: true } : {};
}

async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecurely(url)));
}

/** Leave for the issuer's page; it sends the browser back here, where `finish` goes on. */
export async function leaveFor(issuer: Issuer): Promise<void> {
  const server = await discover(issuer.issuer);
  const begun: Begun = {
    issuer,
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    place: location.hash,
  };
  sessionStorage.setItem(BEGUN, JSON.stringify(begun));
  const page = new URL(server.authorization_endpoint ?? "");
  page.search = new URLSearchParams({
    ...Object.fromEntries(page.searchParams),
    client_id: issuer.clientId,
    redirect_uri: REDIRECT,
    response_type: "code",
    scope: issuer.scope,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: "S256",
  }).toString();
  location.assign(page);
}

/** Whether this page was opened by an issuer that sends the browser back. */
export function isReturning(): boolean {
  return new URL(location.href).searchParams.has("state") && sessionStorage.getItem(BEGUN) !== null;
}

/** Take the issuer's answer from the address, and begin the session. Throws what the issuer or the protocol says. */
export async function finish(): Promise<void> {
  const kept = sessionStorage.getItem(BEGUN);
  sessionStorage.removeItem(BEGUN);
  const begun = JSON.parse(kept ?? "null") as Begun;
  const returned = new URL(location.href);
  history.replaceState(history.state, "", REDIRECT + begun.place);
  const server = await discover(begun.issuer.issuer);
  const client: oauth.Client = { client_id: begun.issuer.clientId };
  const answer = oauth.validateAuthResponse(server, client, returned, begun.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    answer,
    REDIRECT,
    begun.verifier,
    insecurely(new URL(server.token_endpoint ?? "")),
  );
  const granted = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: begun.nonce,
  });
  begin(sessionOf(begun.issuer, granted));
}

/** A new token for one that has ended. */
export async function refreshed(issuerJson: string, refresh: string): Promise<Session> {
  const issuer = JSON.parse(issuerJson) as Issuer;
  const server = await discover(issuer.issuer);
  const client: oauth.Client = { client_id: issuer.clientId };
  const response = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    refresh,
    insecurely(new URL(server.token_endpoint ?? "")),
  );
  return sessionOf(issuer, await oauth.processRefreshTokenResponse(server, client, response));
}

function sessionOf(issuer: Issuer, granted: oauth.TokenEndpointResponse): Session {
  return {
    kind: "issuer",
    issuer: JSON.stringify(issuer),
    token: granted.access_token,
    expires: expiry(granted.expires_in ?? 300),
    ...(granted.refresh_token ? { refresh: granted.refresh_token } : {}),
  };
}
