"""tiny-model.py OUT FILE…: a Qwen2 of two layers with random weights, small enough for any CPU, and a byte-level
tokenizer trained on the files, with the tokens that chats and fill-in-the-middle are marked with."""
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

out, files = sys.argv[1], sys.argv[2:]
marks = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"]
bytes_first = pre_tokenizers.ByteLevel(add_prefix_space=False)

pieces = Tokenizer(models.BPE())
pieces.pre_tokenizer, pieces.decoder = bytes_first, decoders.ByteLevel()
pieces.train(
    files,
    trainers.BpeTrainer(vocab_size=1024, special_tokens=marks, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
)
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=pieces, eos_token=marks[0], pad_token=marks[0], additional_special_tokens=marks[1:]
)
tokenizer.chat_template = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
tokenizer.save_pretrained(out)

torch.manual_seed(1)
config = Qwen2Config(
    vocab_size=-(-len(tokenizer) // 64) * 64,
    hidden_size=128,
    intermediate_size=256,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=4096,
    tie_word_embeddings=False,
    bos_token_id=0,
    eos_token_id=0,
    pad_token_id=0,
)
Qwen2ForCausalLM(config).to(torch.bfloat16).save_pretrained(out)
