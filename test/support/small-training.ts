import type { LabApp } from './lab-app'

/** Opens the sample data and trains a small network on it for an epoch, as a person would. */
export async function trainSmallNetwork(lab: LabApp): Promise<void> {
  await lab.show('Data')
  await lab.button('Use sample data').click()
  await lab.view.getByText('240 pictures in 6 classes').first().waitFor({ timeout: 60_000 })
  await lab.show('Train')
  for (const [field, value] of [
    ['Input size', '32'],
    ['Width', '0.1'],
    ['Epochs', '1'],
  ] as const) {
    await lab.view.getByLabel(field, { exact: true }).fill(value)
  }
  await lab.button('Start training').click()
  await lab.trainingStatus.getByText('Finished').first().waitFor({ timeout: 120_000 })
}

/** As {@link trainSmallNetwork}, and goes on to the maps of that network in Inspect. */
export async function inspectSmallNetwork(lab: LabApp): Promise<void> {
  await trainSmallNetwork(lab)
  await lab.show('Inspect')
  const maps = lab.page.getByRole('region', { name: 'Feature maps' })
  await maps
    .getByText(/conv1_1/)
    .first()
    .waitFor()
}
