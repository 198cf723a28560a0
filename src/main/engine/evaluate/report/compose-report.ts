import { Html, html } from './html'
import { REPORT_STYLE } from './report-style'
import type { ReportMaterial } from './report-material'
import { writeCalibration } from './sections/calibration'
import { writeClasses } from './sections/classes'
import { writeConfusions } from './sections/confusions'
import { writeExamples } from './sections/examples'
import { writeMethod } from './sections/method'
import { writeOverview } from './sections/overview'
import { writeSpecification } from './sections/specification'

/** Nothing is loaded and nothing runs, wherever the report is opened. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/**
 * The report of an evaluation: one HTML document with all in it, pictures too, without a script. It is read
 * on the screen, light or dark, and printed.
 */
export function composeReport(material: ReportMaterial): string {
  const { models, protocolWords } = material.evaluation.summary
  const names = models.map(({ runName }) => runName).join(', ')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Evaluation of ${names}: ${protocolWords}</title>
        <style>
          ${new Html(REPORT_STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${writeOverview(material)} ${writeConfusions(material)} ${writeCalibration(material)}
          ${writeExamples(material)} ${writeClasses(material)} ${writeSpecification(material)}
          ${writeMethod()}
        </main>
      </body>
    </html> `
  return page.markup
}
