// Many requests, some of them at a time.

const AT_ONCE = 6; // As many as browsers send to a server at a time.

/** Does something with each, and answers what that came to, in order. After a failure no other begins. */
export async function sideBySide<T, R>(all: Iterable<T>, act: (one: T) => Promise<R>): Promise<R[]> {
  const rest = [...all].entries();
  const results: R[] = [];
  let hasFailed = false;
  const take = async () => {
    for (const [index, one] of rest) {
      if (hasFailed) return;
      try {
        results[index] = await act(one);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  return results;
}
