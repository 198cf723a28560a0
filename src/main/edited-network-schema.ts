import { z } from 'zod'
import { checkNetworkEdit, type EditedNetwork } from '../shared/spec'
import { CONFIGURATION_NAMES, type NetworkEdit } from '../shared/vgg'

/** An edited network where it crosses into main or comes from its settings; in the spec's own words. */
export const EDITED_NETWORK_SCHEMA = z.object({
  configuration: z.enum(CONFIGURATION_NAMES),
  edit: z.custom<NetworkEdit>((value) => checkNetworkEdit(value) === null, {
    error: ({ input }) => checkNetworkEdit(input) ?? undefined,
  }),
}) satisfies z.ZodType<EditedNetwork>
