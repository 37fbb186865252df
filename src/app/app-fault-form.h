/* A reply of one's own choice at the practice post office: put together from its parts, checked by
 * the protocol's grammar and explained while it is put together, and listed while it is on. */
#pragma once

#include <adwaita.h>

#include "practice-fault.h"

G_BEGIN_DECLS

#define APP_TYPE_FAULT_FORM (app_fault_form_get_type ())
G_DECLARE_FINAL_TYPE (AppFaultForm, app_fault_form, APP, FAULT_FORM, AdwPreferencesGroup)

/* @faults live longer than the form does anything. Lists those of them that are replies, but for
 * those that @known (nullable) has: they have switches of their own. */
void
app_fault_form_set_faults (AppFaultForm *self, PracticeFaults *faults, const char *const *known);

G_END_DECLS
