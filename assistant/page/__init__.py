"""The page: tabs over the same functions as the commands; only `widgets` knows Gradio."""
