"""What the admin's lists have in common."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db import DataError
from django.utils.functional import cached_property


class BoundedPaginator(Paginator):
    """Pages through the first 10,000 rows, so that neither counting nor skipping them takes long at a million."""

    bound = 10_000

    @cached_property
    def count(self):
        """Raises IncorrectLookupParameters, which lists answer, where the query string asks for a value that can't be."""
        try:
            return self.object_list.order_by()[: self.bound].count()
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters from error


class ListAdmin(admin.ModelAdmin):
    paginator = BoundedPaginator
    show_full_result_count = False
    # Facets count every filter's rows anew for each page.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    class Media:
        css = {"all": ["css/admin.css"]}


class ReadOnlyAdmin(ListAdmin):
    """Records that only the import writes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
