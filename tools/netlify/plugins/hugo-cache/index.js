// Keeps what Hugo has generated (processed images, bundles) from one build to the next.
const generated = 'resources/_gen'

export const onPreBuild = async ({ utils }) => {
  const restored = await utils.cache.restore(generated)
  console.log(restored ? `Restored ${generated}` : `Nothing kept of ${generated} yet`)
}

export const onPostBuild = async ({ utils }) => {
  const saved = await utils.cache.save(generated)
  console.log(saved ? `Kept ${generated}` : `Nothing to keep: ${generated} does not exist`)
}
