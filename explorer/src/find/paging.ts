// The twins that filters find, page by page.
import { listTwins } from "../server/api";
import type { Filters, ListRequest, Twin } from "../server/types";
import { type Growing, usePages } from "../ui/pages";

const PAGE_SIZE = 200;

/** `turn`: load from the start again when it changes. */
export function useTwins(filters: Filters, turn: number): Growing<Twin> {
  const load = async (token: string | null, signal: AbortSignal) => {
    // Columns, and so the first page, need no more than a look; what comes after is asked in larger pieces.
    const page = await listTwins(
      token ? { continuationToken: token, pageSize: PAGE_SIZE * 5 } : { ...filters, pageSize: PAGE_SIZE },
      signal,
    );
    return { items: page.content, following: page.continuationToken };
  };
  return usePages(load, JSON.stringify(filters), turn);
}

/** Every twin that fits, page by page. Throws TooLong, where a page is longer than `bytesMax`. */
export async function* everyPage(
  filters: ListRequest,
  signal: AbortSignal,
  bytesMax?: number,
): AsyncGenerator<Twin[]> {
  const pageSize = PAGE_SIZE * 5;
  let page = await listTwins({ ...filters, pageSize }, signal, bytesMax);
  yield page.content;
  while (page.continuationToken !== null) {
    page = await listTwins({ continuationToken: page.continuationToken, pageSize }, signal, bytesMax);
    yield page.content;
  }
}
