// A picture that lies beneath the twins in what Sigma draws.
import type { Shift } from "./picture";

const UNIT = 15; // Of textures; Sigma uses those from 0 on.

const EVERYWHERE = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

const PIXELS = `#version 300 es
precision highp float;
uniform highp sampler2D picture;
uniform vec2 by;
uniform float times;
uniform float height;
out vec4 colour;
void main() {
  vec2 at = (vec2(gl_FragCoord.x, height - gl_FragCoord.y) - by) / times;
  ivec2 pixel = ivec2(floor(at));
  bool isOutside = any(lessThan(pixel, ivec2(0))) || any(greaterThanEqual(pixel, textureSize(picture, 0)));
  colour = isOutside ? vec4(0.0) : texelFetch(picture, pixel, 0);
}`;

export class Sheet {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #texture: WebGLTexture;
  /** Where uniforms are: to ask for one waits until all is painted, so each is asked for once. */
  readonly #at: Record<"picture" | "by" | "times" | "height", WebGLUniformLocation | null>;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, EVERYWHERE],
      [gl.FRAGMENT_SHADER, PIXELS],
    ] as const) {
      const shader = gl.createShader(kind) as WebGLShader;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.#program, shader);
      gl.deleteShader(shader); // Once the program is.
    }
    gl.linkProgram(this.#program);
    this.#texture = gl.createTexture();
    const at = (name: string) => gl.getUniformLocation(this.#program, name);
    this.#at = { picture: at("picture"), by: at("by"), times: at("times"), height: at("height") };
  }

  /** Of as many pixels as are drawn on. */
  lay(picture: OffscreenCanvas): void {
    const gl = this.#gl;
    this.#bind();
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.activeTexture(gl.TEXTURE0);
  }

  /** Shifted so, in pixels that are drawn on. */
  draw({ by, times }: Shift): void {
    const gl = this.#gl;
    gl.useProgram(this.#program);
    this.#bind();
    gl.uniform1i(this.#at.picture, UNIT);
    gl.uniform2f(this.#at.by, by.x, by.y);
    gl.uniform1f(this.#at.times, times);
    gl.uniform1f(this.#at.height, gl.drawingBufferHeight);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.activeTexture(gl.TEXTURE0);
  }

  kill(): void {
    this.#gl.deleteProgram(this.#program);
    this.#gl.deleteTexture(this.#texture);
  }

  #bind(): void {
    this.#gl.activeTexture(this.#gl.TEXTURE0 + UNIT);
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, this.#texture);
  }
}
