/* What verdicts and kinds of steps are called. */
#include "config.h"

#include "learn-lesson.h"

#include <glib/gi18n-lib.h>

const char *
learn_verdict_text (LearnVerdict verdict)
{
  switch (verdict)
    {
    case LEARN_VERDICT_TRUE:
      /* Translators: of a claim. */
      return _ ("True");
    case LEARN_VERDICT_FALSE:
      return _ ("False");
    case LEARN_VERDICT_DEPENDS:
      return _ ("It depends");
    case LEARN_VERDICT_NONE:
    default:
      return "";
    }
}

const char *
learn_step_kind_text (LearnStepKind kind)
{
  switch (kind)
    {
    case LEARN_STEP_EXAMPLE:
      /* Translators: what a step of a lesson is for. */
      return _ ("Watch");
    case LEARN_STEP_PREDICT:
      return _ ("What do you think?");
    case LEARN_STEP_RUN:
      return _ ("Try it");
    case LEARN_STEP_OBSERVE:
      return _ ("Look closely");
    case LEARN_STEP_EXPLAIN:
      return _ ("So it is");
    case LEARN_STEP_READ:
    default:
      return _ ("Read");
    }
}
