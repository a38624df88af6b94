from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..importing.locks import status_of
from ..models import ImportProblem, ImportRun
from .lists import ReadOnlyAdmin


class NewsFilter(admin.SimpleListFilter):
    title = _("what it brought")
    parameter_name = "news"

    def lookups(self, request, model_admin):
        return [("some", _("Something new, or problems"))]

    def queryset(self, request, queryset):
        return queryset.with_news() if self.value() == "some" else queryset


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        *("id", "started_at", "status_now", "failed", "warnings", "problems"),
        *("created", "updated", "captures", "unchanged", "skipped"),
    ]
    list_filter = [NewsFilter, "status", "started_at"]
    search_fields = ["sources"]
    fields = [
        "sources",
        "status_now",
        "started_at",
        "finished_at",
        "created",
        "updated",
        "captures",
        "unchanged",
        "failed",
        "skipped",
        "warnings",
        "problems",
    ]
    readonly_fields = ["status_now", "problems"]

    @admin.display(description=_("status"), ordering="status")
    def status_now(self, run):
        return status_of(run).label

    @admin.display(description=_("problems"))
    def problems(self, run):
        if not (run.failed or run.warnings):
            return _("none")
        url = reverse("admin:articles_importproblem_changelist", query={"run__id__exact": run.pk})
        return format_html('<a href="{}">{}</a>', url, _("Show problems"))


@admin.register(ImportProblem)
class ImportProblemAdmin(ReadOnlyAdmin):
    list_display = ["path", "line", "reason", "fatal", "run"]
    list_select_related = ["run"]
    list_filter = ["fatal"]
    search_fields = ["path", "reason"]
    ordering = ["-run_id", "path", "id"]
