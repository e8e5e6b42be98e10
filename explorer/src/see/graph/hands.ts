/** What people do to a graph, on the canvas or in the list. */
export interface Hands {
  select: (id: string | null) => void;
  expand: (id: string) => void;
  remove: (id: string) => void;
}
