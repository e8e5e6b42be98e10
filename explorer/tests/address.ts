// Modules look at the address of the page when they are loaded; here it is one of no server.
Object.assign(globalThis, {
  location: new URL("http://localhost/"),
  sessionStorage: { getItem: () => null },
  localStorage: { getItem: () => null },
  addEventListener: () => undefined,
  history: { state: null, replaceState: () => undefined },
});
