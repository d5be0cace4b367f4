.PHONY: serve test lock

serve test lock:
	python3 dev.py $@ $(ARGS)
