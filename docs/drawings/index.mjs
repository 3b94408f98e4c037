// @ts-check
/** @returns {Promise<ReadonlyArray<readonly [string, string | Uint8Array]>>} */
export const drawings = async () => []
