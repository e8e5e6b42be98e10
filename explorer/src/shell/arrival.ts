// What the address may bring along when the page is opened: a client to sign in as, or an issuer's answer.
import { part } from "../server/refusals";
import { signIn } from "../server/session";
import { view } from "../view/place";
import { fromHash, START, toHash } from "../view/view";

/** Take it, and out of the address with it. What refused it is given back, to be shown where one signs in. */
export async function arrive(): Promise<unknown> {
  const brought = new URLSearchParams(location.hash.match(/^#sign-in\?(.*)/)?.[1] ?? "");
  const [id, secret] = [brought.get("client_id"), brought.get("client_secret")];
  try {
    if (id && secret) {
      // After `#`, where no server and no log sees it; gone from the history before anything is asked.
      history.replaceState(history.state, "", toHash(START));
      view.value = START;
      await signIn(id, secret);
    } else if (new URL(location.href).searchParams.has("state")) {
      const issuers = await part(import("../server/issuers"));
      if (issuers.isReturning()) await issuers.finish();
      view.value = fromHash(location.hash);
    }
    return null;
  } catch (error) {
    return error;
  }
}
