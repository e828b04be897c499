/** Which Sluice is measured? The built one in dist, as a service loads it; its types are those of the sources. */

const built = new URL('../../dist/js/index.js', import.meta.url).href;

/** @returns {Promise<typeof import('../../src/index.ts')>} */
export const sluice = () => import(built);
