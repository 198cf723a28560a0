/** Most columns of one comparison. */
export const MAX_COMPARED = 8
