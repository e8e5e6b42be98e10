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

const FIRST_TOLD_MILLISECONDS = 200;
const SLOWER = 1.5; // Each answer waits longer than the one before: later steps change less, and drawing takes time.

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
      const begun = performance.now();
      let next = FIRST_TOLD_MILLISECONDS;
      for (places of settle(data))
        if (performance.now() - begun > next) {
          answer(places, false);
          next *= SLOWER;
        }
      return answer(places, true);
    }
  }
});
