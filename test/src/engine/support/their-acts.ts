import { Content } from "../../../support/memory-store/content";
import { DESTINATION, type World } from "./world";

/** Actions of other clients on the destination that leave our mark on it. */
export const THEIR_ACTS = {
  appends: (world: World) => write(world, (content) => Content.concat([content, Content.of("their lines", 9)])),
  "writes a page": (world: World) => write(world, (content) => content.overwritten(512, Content.of("their page", 512))),
  "adds metadata": (world: World) => {
    const blob = destinationOf(world);
    blob.metadata = { ...blob.metadata, reviewed: "yes" };
    world.service.touch(blob);
  },
};

export function destinationOf(world: World) {
  const { blob } = world.service.name(DESTINATION);
  if (blob === undefined) throw new Error("there is no blob");
  return blob;
}

function write(world: World, change: (content: Content) => Content): void {
  const blob = destinationOf(world);
  blob.content = change(blob.content);
  world.service.touch(blob);
}
