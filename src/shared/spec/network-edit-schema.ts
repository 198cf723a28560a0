import { z } from 'zod'
import { CONFIGURATION_NAMES, type NetworkEdit } from '../vgg'
import { checkNetworkEdit, type EditedNetwork } from './network-edit'

/** What was changed of a configuration; its fault is in the words of `checkNetworkEdit`. */
export const networkEditSchema = z.custom<NetworkEdit>(
  (value) => checkNetworkEdit(value) === null,
  { error: ({ input }) => checkNetworkEdit(input) ?? undefined },
)

export const editedNetworkSchema = z.object({
  configuration: z.enum(CONFIGURATION_NAMES),
  edit: networkEditSchema,
}) satisfies z.ZodType<EditedNetwork>
