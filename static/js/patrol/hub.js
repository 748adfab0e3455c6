// Asks the hub, and says what its answer means. The hub answers in JSON whatever goes wrong; anything else (a café's sign-in
// page, a proxy's error, half an answer) comes from something in between, and is as good as no network.
const PATIENCE = 120_000;

export class NoNetwork extends Error {}
export class NeedsLogin extends Error {}
export class OtherUser extends Error {}
// Not as it was sent: parted it may go through. ``why`` stays with an item that is alone and still does not.
export class NotLikeThis extends Error {
  constructor(why, words = "") {
    super(why);
    Object.assign(this, { why, words });
  }
}

const ledToLogin = (answer) => answer?.redirected && new URL(answer.url).pathname.startsWith("/accounts/");

async function exchanged(address, options) {
  let answer;
  try {
    answer = await fetch(address, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE), ...options });
    if (answer.status === 413) throw new NotLikeThis("too_heavy"); // also when a proxy says so, in HTML
    return [answer.status, await answer.json()];
  } catch (error) {
    if (error instanceof NotLikeThis) throw error;
    if (ledToLogin(answer)) throw new NeedsLogin();
    throw new NoNetwork(error.message);
  }
}

export async function ask(address, options) {
  const [status, body] = await exchanged(address, options);
  if (status === 401 || status === 403) throw new NeedsLogin();
  if (status === 409) throw new OtherUser();
  if (status === 400) throw new NotLikeThis("refused", String(body?.detail ?? ""));
  if (status === 500) throw new NotLikeThis("later");
  if (status !== 200 || !body) throw new NoNetwork(String(status));
  return body;
}
