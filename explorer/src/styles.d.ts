declare module "*.css";

/** A program for a worker, bundled into a file of its own: its address beside the script that names it. */
declare module "*?worker" {
  const file: string;
  export default file;
}
