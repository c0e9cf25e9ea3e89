"""The papermill engine ``evalkit``: what it records about a run is true.

After a time-out or the death of a kernel, papermill's own engine marks every cell ``completed``,
the one that failed and those that never ran included. This one marks the cell that was running as
failed and lets papermill report it like any other failing cell.

papermill loads this module by its entry point *while papermill is being imported*. So it imports
nothing of papermill but ``papermill.engines``, and no module of evalkit imports it.
"""

from __future__ import annotations

from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from papermill.engines import NBClientEngine, NotebookExecutionManager


class TruthfulEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine, with truthful records of time-outs and dead kernels."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> Any:
        """Run the cells; what breaks the kernel becomes the error output of the cell it broke in.

        Raises what broke the kernel where no cell was running yet.
        """
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        except (CellTimeoutError, DeadKernelError) as broken:
            started = [
                (place, cell)
                for place, cell in enumerate(nb_man.nb.cells)
                if cell.cell_type == "code" and cell.metadata.papermill["start_time"]
            ]
            if not started:
                raise
            place, cell = started[-1]
            ename, evalue = type(broken).__name__, str(broken).partition("\n")[0]
            shown = new_output(  # type: ignore[no-untyped-call]
                "error", ename=ename, evalue=evalue, traceback=[f"{ename}: {evalue}"]
            )
            cell.outputs.append(shown)
            nb_man.cell_exception(cell, cell_index=place, exception=broken)
            return nb_man.nb
