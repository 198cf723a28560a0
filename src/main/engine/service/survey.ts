import type { ModelRef } from '../../../shared/contract'
import type { SURVEY_CALLS } from '../../../shared/contract/survey'
import { describeSurveyData, type SurveyData } from '../inspect/survey/survey-data'
import { Surveys, type SurveyQuestion } from '../inspect/survey/surveys'
import type { Handlers } from './call-handlers'
import type { OpenDataset } from './open-dataset'
import type { ServiceParts } from './parts'

/** What a layer's channels make of the open data set. */
export function createSurveyHandlers({
  models,
  datasets,
  isTraining,
}: ServiceParts): Handlers<typeof SURVEY_CALLS> {
  const surveys = new Surveys(models, isTraining)
  const described = new WeakMap<OpenDataset, SurveyData>()

  const toQuestion = (asked: {
    model: ModelRef
    folder: string
    layer: string
  }): SurveyQuestion => {
    const open = datasets.find(asked.folder)
    let data = described.get(open)
    if (data === undefined) {
      data = describeSurveyData(open.dataset, open.pictures)
      described.set(open, data)
    }
    return { model: asked.model, layer: asked.layer, data }
  }

  return {
    'survey.run': async ({ limit, ...asked }, { signal, onProgress }) =>
      surveys.run(toQuestion(asked), limit, { signal, onProgress }),
    'survey.layer': async (asked) => surveys.describeLayer(toQuestion(asked)),
    'survey.unit': async ({ channel, ...asked }) =>
      surveys.describeUnit(toQuestion(asked), channel),
  }
}
