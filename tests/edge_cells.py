"""A notebook of edge cases: what cells can put out, one kind a cell."""

import nbformat

CELLS = (
    "print('one'); print('two')",
    "import sys\nprint('out'); print('err', file=sys.stderr); print('out again')",
    "1 + 1",
    "'last'; 'only the last is shown'",
    "None",
    "x = 3\nx;",
    "_",
    "from IPython.display import HTML, Markdown, JSON, Image, SVG, display\nHTML('<b>bold</b>')",
    "display(Markdown('*a*'), metadata={'kept': True}); display({'text/plain': 'raw', 'application/x-own+json': {'a': [1]}}, raw=True)",
    "handle = display('first', display_id='h1')\nprint('between')",
    "handle.update('second')",
    "from IPython.display import update_display\nupdate_display('third', display_id='h1')\n'after'",
    "from IPython.display import clear_output\nprint('gone'); clear_output(); print('stays')",
    "print('gone later'); clear_output(wait=True); print('comes instead')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', '客户']})",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(2, 1)); ax.plot([1, 2]); plt.show()",
    "plt.figure(figsize=(1, 1)); plt.plot([2, 1]);",
    "%matplotlib inline\nplt.figure(figsize=(1, 1)); plt.plot([1, 3]); print('before the figure')",
    "%who_ls",
    "%%capture caught\nprint('captured')",
    "caught.stdout",
    "!echo from the shell",
    "lines = !printf 'a\\nb'\nlines",
    "%%bash\necho bash; echo warning >&2",
    "%%writefile /dev/null\nnothing",
    "import warnings\nwarnings.warn('careful')",
    "class Shown:\n    def _repr_html_(self): return '<i>x</i>'\n    def _repr_latex_(self): return '$x$'\n    def __repr__(self): return 'Shown()'\nShown()",
    "class Bundle:\n    def _repr_mimebundle_(self, **_): return {'text/plain': 'b', 'application/vnd.own+json': {'n': 1}}, {'note': 'm'}\nBundle()",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "async def double(n): return 2 * n\nawait double(21)",
    "In[1], len(Out) > 0, _2 if '_2' in globals() else None",
    "import logging\nlogging.warning('logged')",
    "sys.stdout.write('no newline'); sys.stdout.flush(); sys.stderr.write('e')",
    "print('\\r10 %\\r20 %')",
    "import os, subprocess\nsubprocess.run(['true']).returncode",
    "from IPython import get_ipython\nget_ipython().run_line_magic('precision', '3')\n3.14159265",
    "%precision %r",
    "b'bytes', {3, 1, 2}, range(3), 'λ 客户 🙂'",
    "?len",
    "pd.Series([1.5, None], name='s')",
    'SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\')',
    "__name__, '__file__' in globals()",
    "",
    "# only a comment",
    "try:\n    input('asks')\nexcept Exception as error:\n    print(type(error).__name__)",
    "help(divmod)",
    "def fails():\n    return {}['missing key']\nfails()",
    "print('never reached')",
)


def edge_notebook(cells: tuple[str, ...] = CELLS) -> nbformat.NotebookNode:
    """The cells as a notebook."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.cells = [nbformat.v4.new_code_cell(source, id=f"edge-{i:02d}") for i, source in enumerate(cells)]
    return notebook
