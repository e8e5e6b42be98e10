// Layouts run beside the page, so that it stays at hand meanwhile. Asked with a sketch; answers places, the last of
// them final.
import { layOutContainment } from "./containment";
import { layOutFeeds } from "./feeds";
import { settle } from "./force";
import type { Place, Sketch } from "./sketch";

export interface Answer {
  places: Place[];
  isFinal: boolean;
}

const TOLD_EVERY_MILLISECONDS = 160;

function answer(places: Place[], isFinal: boolean): void {
  postMessage({ places, isFinal } satisfies Answer);
}

addEventListener("message", ({ data }: MessageEvent<Sketch>) => {
  switch (data.layout) {
    case "containment":
      return answer(layOutContainment(data), true);
    case "feeds":
      return answer(layOutFeeds(data), true);
    case "force": {
      let places: Place[] = [];
      let told = performance.now();
      for (places of settle(data))
        if (performance.now() - told > TOLD_EVERY_MILLISECONDS) {
          answer(places, false);
          told = performance.now();
        }
      return answer(places, true);
    }
  }
});
