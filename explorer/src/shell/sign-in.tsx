import { useState } from "preact/hooks";
import { part } from "../server/refusals";
import { signIn } from "../server/session";
import { server } from "../server/world";
import { texts } from "../texts/en";
import { Failed } from "../ui/states";

/** Sign in as a client, or at an issuer that the server trusts. `refused`: what went wrong on the way here. */
export function SignIn({ refused }: { refused: unknown }) {
  const [id, setId] = useState("");
  const [secret, setSecret] = useState("");
  const [error, setError] = useState<unknown>(refused);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(id, secret);
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const read = (text: string) => {
    const pasted = readClient(text);
    setId(pasted?.id ?? text);
    if (pasted) setSecret(pasted.secret);
  };
  return (
    <main class="sign-in">
      <h1>{texts.title}</h1>
      <p>{texts.signIn.lead}</p>
      {error !== null && <Failed error={error} />}
      <form onSubmit={submit}>
        <label>
          {texts.signIn.id}
          <input
            value={id}
            required
            autocomplete="username"
            aria-describedby="paste"
            onInput={(event) => read(event.currentTarget.value)}
          />
        </label>
        <p class="hint" id="paste">
          {texts.signIn.paste}
        </p>
        <label>
          {texts.signIn.secret}
          <input
            type="password"
            value={secret}
            required
            autocomplete="current-password"
            onInput={(event) => setSecret(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={isBusy}>
          {texts.signIn.go}
        </button>
        <p class="hint">{texts.signIn.kept}</p>
      </form>
      {server.value.issuers.map((issuer) => (
        <button key={issuer.issuer} type="button" onClick={() => leave(issuer, setError)}>
          {texts.signIn.with(new URL(issuer.issuer).host)}
        </button>
      ))}
    </main>
  );
}

async function leave(issuer: (typeof server.value.issuers)[number], fail: (error: unknown) => void) {
  try {
    const { leaveFor } = await part(import("../server/issuers"));
    await leaveFor(issuer);
  } catch (error) {
    fail(error);
  }
}

/** A client as `twinhaus clients add` prints it. */
function readClient(text: string): { id: string; secret: string } | null {
  try {
    const { client_id, client_secret } = JSON.parse(text) as Record<string, unknown>;
    return typeof client_id === "string" && typeof client_secret === "string"
      ? { id: client_id, secret: client_secret }
      : null;
  } catch {
    return null;
  }
}
