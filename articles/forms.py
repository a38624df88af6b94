"""The search's query string, checked in one place."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .cursors import PlaceField
from .kinds import AUTHORS, CATEGORIES, KINDS, SITES, TAGS
from .search.finding import Sort
from .search.query import without_quotes


class TextField(forms.CharField):
    """Takes whatever a browser may send."""

    def to_python(self, value):
        return super().to_python((value or "").replace("\x00", " "))


class LenientField:
    """Where a value makes no sense, the search goes on without it."""

    def clean(self, value):
        try:
            return super().clean(value)
        except forms.ValidationError:
            return self.initial


class SortField(LenientField, forms.ChoiceField):
    pass


class PageField(LenientField, forms.IntegerField):
    pass


class LenientPlaceField(LenientField, PlaceField):
    pass


class SearchForm(forms.Form):
    """A search in the syntax of `articles.search.query`, and which page of it. No query string is wrong."""

    q = TextField(required=False, label=_("Search"))
    sort = SortField(
        required=False,
        initial=Sort.NEWEST,
        label=_("Order"),
        choices=[(Sort.NEWEST, _("Newest first")), (Sort.OLDEST, _("Oldest first")), (Sort.RELEVANCE, _("Most relevant first"))],
    )
    older_than = LenientPlaceField(required=False)
    newer_than = LenientPlaceField(required=False)
    page = PageField(required=False, initial=1, min_value=1, max_value=1000)

    def asked(self) -> dict:
        """The values, whatever was sent."""
        self.full_clean()
        return self.cleaned_data

    def clean_sort(self):
        return Sort(self.cleaned_data["sort"] or Sort.NEWEST)

    def clean_page(self):
        return self.cleaned_data["page"] or 1


def _field(label, max_length):
    return TextField(required=False, label=label, widget=forms.TextInput(attrs={"maxlength": max_length}))


class AdvancedSearchForm(forms.Form):
    """The same without knowing the syntax: `query` writes it.

    Browsers let so many characters be typed into each field that all of them fit into an address; what is longer is read as well.
    """

    words = _field(_("All of these words"), 150)
    phrase = _field(_("This phrase"), 150)
    either = _field(_("One of these words"), 100)
    without = _field(_("None of these words"), 100)
    title = _field(_("In the title"), 80)
    tag = _field(TAGS.singular, 60)
    category = _field(CATEGORIES.singular, 60)
    author = _field(AUTHORS.singular, 60)
    site = _field(SITES.singular, 60)
    after = _field(_("From (year, month or day)"), 20)
    before = _field(_("Until before"), 20)

    def query(self) -> str:
        """What was filled in, as one would type it; empty for an empty form."""
        values = {name: without_quotes(value) for name, value in self.cleaned_data.items()}
        parts = [values["words"]]
        parts += [f'"{values["phrase"]}"'] if values["phrase"] else []
        parts += [" OR ".join(values["either"].split())]
        parts += [f"-{word}" for word in values["without"].split()]
        parts += [f"title:{word}" for word in values["title"].split()]
        parts += [f'{kind}:"{values[kind]}"' for kind in KINDS if values[kind]]
        parts += [f"{name}:{values[name].replace(' ', '')}" for name in ("after", "before") if values[name]]
        return " ".join(filter(None, parts))
