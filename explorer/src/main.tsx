import { render } from "preact";
import { App } from "./app";
import "./style.css";
import "./see/graph/graph.css";

const root = document.getElementById("explorer");
if (root) {
  root.textContent = "";
  render(<App />, root);
}
