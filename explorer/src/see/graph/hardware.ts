// What a drawing runs on.

/** Whether the processor draws because there is no graphics card: a line takes it a tenth of a millisecond. */
export function isDrawnInSoftware(gl: WebGL2RenderingContext): boolean {
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  const name = told ? String(gl.getParameter(told.UNMASKED_RENDERER_WEBGL)) : "";
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
