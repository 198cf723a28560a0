/** Most columns of one comparison. */
export const MAX_COMPARED = 8

/** The most steps of integrated gradients, or of a curve: more would take hours and tell nothing new. */
export const MAX_ATTRIBUTION_STEPS = 1000
