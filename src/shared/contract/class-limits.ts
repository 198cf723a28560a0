/** Below this a class is hardly learnt, and its accuracy is a matter of luck. */
export const FEW_PICTURES = 10
