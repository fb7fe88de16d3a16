import { describe, expect, it } from 'vitest'
import { isBrowser, sameProcess } from './index.ts'

describe('isBrowser', () => {
  it.each([
    'com.apple.mobilesafari',
    'com.apple.MobileSafari',
    'com.apple.SafariViewService',
    'com.google.chrome.ios',
    'ORG.MOZILLA.IOS.FIREFOX',
    'MobileSafari',
    'SafariViewService',
    'SafariViewServic',
    'SafariViewServi',
    'com.apple.WebKit.Networking',
    'com.apple.WebKit',
    'com.apple.WebKi',
  ])('%s is', (name) => {
    expect(isBrowser(name)).toBe(true)
  })
  it.each([
    '',
    'com.apple.MobileSMS',
    'com.evil.app',
    'MobileSafar',
    'mobilesafari2',
    'com.google.chrome',
    'imagent',
    'com.apple.WebK',
    'com.microsoft.m',
  ])('%j is not', (name) => {
    expect(isBrowser(name)).toBe(false)
  })
})

describe('sameProcess', () => {
  it.each([
    ['imagent', 'imagent', true],
    ['MessagesBlastDo', 'MessagesBlastDoorService', true],
    ['MessagesBlastDoo', 'MessagesBlastDoorService', true],
    ['MessagesBlastDoorService', 'MessagesBlastDoo', true],
    ['MessagesBlastDo', 'MessagesBlastDoo', true],
    ['MessagesBlastD', 'MessagesBlastDoorService', false],
    ['MessagesBlastDoor', 'MessagesBlastDoorService', false],
    ['MessagesBlastDX', 'MessagesBlastDoorService', false],
    ['imagent', 'imagent2', false],
    ['Imagent', 'imagent', false],
    ['', '', false],
    ['', 'imagent', false],
    // ü is two bytes: 15 bytes, 14 characters
    ['üaaaaaaaaaaaaa', 'üaaaaaaaaaaaaabbb', true],
    ['üaaaaaaaaaaaaaaa', 'üaaaaaaaaaaaaaaabbb', false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(sameProcess(a, b)).toBe(expected)
  })
})
